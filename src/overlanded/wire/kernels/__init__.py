"""The decoder's kernels: Python with index reads only, compiled where a compiler works.

``layout`` says where everything lies; ``rows`` keeps the tables, ``joining`` adds two walks up,
``samples`` hands out what can name a device, ``frames`` opens a frame, ``walk`` steps over the
records, ``tabling`` turns rows into columns. Compiled by Cython, ``Octets`` and ``Words`` are plain
pointers and nothing makes an object for a packet; interpreted, they are memoryviews and the results
are the same, which the tests use.
"""
