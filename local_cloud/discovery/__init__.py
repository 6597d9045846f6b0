"""How tasks of the local cloud find and reach each other, as Cloud Map, Service Connect and security groups decide.

All tasks share one machine and its loopback addresses, so nothing would keep one from another. A name therefore leads
to a ``gate``: a listener for one task and one name, which asks at every connection who is there and who may pass. The
sample programs resolve names there (``local_cloud.samples.names``); an address that somebody knows already is asked
directly, past every security group.
"""
