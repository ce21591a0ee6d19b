"""Where everything lies inside the kernels' rows: words of 64 bits, by number.

The interpreted kernels import these names; the compiled ones get the same values as C constants
(``setup.py`` writes them to ``walk.pxd`` and ``tabling.pxd``), so this file is the only place
where they are stated.
"""

from __future__ import annotations

from mmap import mmap

u64 = int
i64 = int
Octets = memoryview
Words = memoryview
Quads = memoryview
Pairs = memoryview
Store = mmap | bytearray

M64 = 0xFFFFFFFFFFFFFFFF
M32 = 0xFFFFFFFF
V4 = 0xFFFF00000000
"""The lower half of ``::ffff:0.0.0.0`` (RFC 4291 section 2.5.5.2)."""

MIX = 0x1E3779B97F4A7C15
"""The multiplier of the hash: odd, about 2^64 / golden ratio / 5.2, chosen for its mixed bits."""
LAST_SECOND = 9223372035
"""The last whole second that a signed count of nanoseconds since 1970 reaches (year 2262)."""
SNAP = 0xAAAA0300
"""LLC DSAP, SSAP, control and first OUI byte of a SNAP header (IEEE 802 section 9)."""
NO_TTL = 0xFF00FF0000
NO_SCALE = 0xFFFF00000000

LEAD = 16
"""Records that the walk looks at together, so that trips to memory of 50 to 100 ns overlap."""

# Why a walk came back to its driver.
MORE = 0
GROW = 1
DRAIN = 2
BLOCK = 3
BAD = 4
SKIP = 5

# Words of an interface.
IF_LINK = 0
IF_UNIT = 1
IF_OFFSET = 2
IF_SNAP = 3
IF_FRAMES = 4
IF_SKIPPED = 5
IF_WORDS = 8

# Kinds of link, from the link type.
LINK_OTHER = 0
LINK_ETHERNET = 1
LINK_SLL = 2
LINK_SLL2 = 3
LINK_RAW = 4
LINK_NULL = 5
LINK_PPP = 6
LINK_PPPOE = 7
LINK_HDLC = 8

# Reasons for skipping a frame; names in decode.REASONS.
SKIP_LINK = 0
SKIP_SHORT = 1
SKIP_INTERFACE = 2
SKIP_LARGE = 3
SKIP_FAMILY = 4
SKIPS = 8

# Words of a flow. The first two cache lines are touched by every packet.
A_HI = 0
A_LO = 1
B_HI = 2
B_LO = 3
PORTS = 4
"""port of a << 48 | port of b << 32 | protocol << 24 | VLAN << 12 | inner VLAN."""
BITS = 5
"""flags a, flags b, TTL min a, max a, min b, max b (8 bits each), state << 48, tunnel << 60."""
SIGHTED = 6
"""1 + row of the sighting of a, and << 32 of b."""
LAST_NS = 7
PACKETS = 8
BYTES = 10
PAYLOAD = 12
SEGMENTS = 14
FIRST_FRAME = 16
FIRST_NS = 17
MACS = 18
SYN_NS = 20
SYNACK_NS = 21
ACK_NS = 22
FIRST_ACK = 23
FIRST_PAY = 25
OPTIONS = 27
"""MSS of a, << 16 of b, window scale << 32 of a, << 40 of b (255 none)."""
HASH = 28
SEQ = 29
"""Sequence number at which the sampled prefix of a starts, << 32 of b."""
PREFIX = 30
"""Bytes sampled of a's prefix, << 16 its limit; << 32 and << 48 of b."""
PART = 31
FLOW_WORDS = 32
PAST_SLOTS = 1 << 21
"""Conversations whose earlier rows are remembered, twice over (32 MB once anything is spilled)."""

# State of a flow, in BITS from bit 48.
S_PAY = 1 << 48
S_ACK = 1 << 50
S_SYN = 1 << 52
S_SYN_BY_B = 1 << 53
S_SYNACK = 1 << 54
S_SYNACK_BY_B = 1 << 55
S_FIRST_BY_B = 1 << 56
S_ACKED = 1 << 57
S_PREFIX = 1 << 58
TUNNEL_SHIFT = 60

# Words of a sighting.
MAC_VLAN = 0
IP_HI = 1
IP_LO = 2
SEEN = 3
SEEN_BYTES = 4
SEEN_LAST = 5
SEEN_BITS = 6
"""how | TTL min << 8 | TTL max << 16."""
SEEN_FIRST = 7
SEEN_FRAME = 8
SEEN_HASH = 9
SIGHTING_WORDS = 10

# Words of a first fragment's memory.
FRAG_HASH = 0
FRAG_AT = 1
FRAG_PORTS = 2
FRAG_WORDS = 4
FRAG_SLOTS = 4096
FRAG_REACH = 4 << 20
"""Bytes of capture after which a first fragment is forgotten: what a slice must read ahead of
its own start to know the fragments that its frames belong to."""

SPEC_WORDS = 7

# Words of a service.
SV_MAC_VLAN = 0
SV_HI = 1
SV_LO = 2
SV_PORT = 3
SV_CLIENTS = 4
SV_FLOWS = 5
SV_BYTES = 6
SV_FIRST_NS = 7
SV_LAST_NS = 8
SV_FRAME = 9
SERVICE_WORDS = 10
SERVICES_MOST = 1 << 20
CLIENTS_MOST = 1 << 22
"""Beyond these, services and their clients are no longer counted: what a sweep by one spoofing
sender can make is bounded to some 200 MB."""

# Words of an event: a sample, or a part of one; its bytes follow.
EV_LAYER = 1
EV_FRAME = 2
EV_NS = 3
EV_PROTO = 4
EV_VLAN = 5
EV_FLAGS = 6
EV_MACS = 7
EV_IPS = 9
EV_PORTS = 13
EV_SIZE = 14
EV_STREAM = 15
EV_SERIAL = 16
EV_PLACE = 17
EVENT_WORDS = 18

# Layers of an event.
EV_ETH = 1
EV_LLC = 2
EV_IP = 3
EV_UDP = 4
EV_TCP = 5
EV_STREAM_LAYER = 6

# Flags of an event.
FLAG_CLIENT = 1
FLAG_WHOLE = 2

# Words of a rule for frames without IP.
RULE_CAP = 1
RULE_AT = 2
RULE_BYTES = 3
RULE_WITHIN = 4
RULE_THEN = 5
RULE_WORDS = 6

# Words of a kind of control message.
KIND_AT = 1
KIND_VALUE = 2
KIND_COUNT = 3
KIND_PLACES = 4
KIND_WORDS = 16
KIND_GROUPS = 256

# Words of the bounds.
CAP_PACKET = 0
CAP_LOOK = 1
CAP_SENDER = 2
CAP_STREAMS = 3
CAP_KINDS = 4
CAP_SHORT = 5
CAP_LONG = 6
CAP_RANKS = 8
CAP_WORDS = 8 + 32
