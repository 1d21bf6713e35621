"""The way in from Python: values or words in, the same judged reports and papers out; nothing is printed."""
