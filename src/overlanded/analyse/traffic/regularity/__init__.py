"""Who comes back as by a clock: connections to a service, and messages inside one connection.

``measuring`` says how regular a series of connections is, ``inside`` the messages of one
connection, ``tables`` reads the connections from disk, ``observing`` tells what stands out.
``docs/explanation/regularity.md`` says what the figures mean and what they cannot tell.
"""
