"""The independent judge of any schedule: it shares no code with the planner, and believes no stated sum."""
