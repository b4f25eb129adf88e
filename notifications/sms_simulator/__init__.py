"""A provider of SMS on this machine: its own process, its own log, and every fault a real one has, on request.

For demos, for fault tests, and for whoever writes a transport: docs/adding-a-transport.md lists its addresses.
Nothing here knows Django or our tables: like a real provider it sees what arrives over HTTP, and no more.
"""
