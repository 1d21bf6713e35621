"""The pure planner. Refusing to plan is cheap; a plausible wrong plan is the worst outcome: when in doubt, slower, refuse, say why."""
