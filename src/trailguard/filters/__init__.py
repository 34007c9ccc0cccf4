"""Delivery filters, compiled from what rules listen to, so that AWS invokes a function for little else.

They may let through more than the rules listen to, and never less: `calls` says what is listened to,
`eventbridge`, `cloudwatch_logs`, `cloudtrail` and `config` write it in the words of these services, and
`deployed` tells whether a filter that is in use still lets all of it through.
"""
