"""What AWS wants as JSON, built as plain dicts: no Pulumi in here, so a test reads it like data.

Values that only AWS knows (an ARN, a generated name) arrive as Pulumi's placeholders and are passed on whole, never
looked into or put together with text; whoever turns the dict into JSON resolves them.
"""
