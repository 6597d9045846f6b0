"""Blue/green, canary and linear deployments as ECS does them, of which MiniStack knows nothing.

``stages`` says through which stages a deployment goes (pure), ``target_groups`` where each deployment's tasks are
registered and how the rules' weights stand, ``shifts`` carries deployments through their stages, ``refusals`` and
``pause_hooks`` are the rest of the API.
"""
