"""From a deployment to a container: the plan, pure, in no shell's and in no engine's words."""
