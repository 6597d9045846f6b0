"""The objects in an environment's config bucket, as JSON: Pulumi programs and releases write them, and every later
version of programs, portal and command line reads them.

An object that was written once keeps its form. So a new member has a default here, which is what was true before
anybody wrote it, and an example of the form before it joins ``tests/service_catalog/forms``. Members that a newer
version added are kept when an object is read and written again. Only a change that an older reader would misunderstand
takes the next ``version``.

record.py         what all of them have in common, and one that nobody can read
provisioned.py    what Pulumi provisioned
releases.py       releases, how they ended, and what they left for others to read
audit.py          what people do, and what became of it
portal.py         what belongs to the portal itself
service_index.py  what a service's other objects add up to
"""
