"""Channels, one a file. Each is imported when settings name it, and imports what it needs then."""
