"""The two processes that answer AWS calls: MiniStack (nearly everything) and moto (application auto scaling).

``process`` starts one and waits until it answers, ``record`` remembers who runs them and where. Each runs by ``python
-m`` with its ``settings`` as JSON: ``ministack`` (then ``gateway``, where everything of ours is put in its place) and
``moto`` (with a ``journal``, as it forgets). ``request_guard`` keeps web pages out, ``load_balancer_ports`` lets a
browser reach a load balancer, ``lifeline`` ends a process with its parent, ``snapshots`` saves MiniStack's memory at
quiet moments. ``disk_full``, ``escaped_xml`` and ``balancer_refusals`` have MiniStack answer as AWS does.
"""
