"""The public BPMN kits: execution (betsy), rules of the standard (constraints), interchange."""
