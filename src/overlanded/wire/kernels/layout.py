"""Where everything lies inside the kernels' rows: words of 64 bits, by number.

The interpreted kernels import these names; the compiled ones get the same values as C constants
(``setup.py`` writes them to ``layout.pxd``), so this file is the only place where they are stated.
"""

from __future__ import annotations

from mmap import mmap

u64 = int
i64 = int
Octets = memoryview
Words = memoryview
Quads = memoryview
Pairs = memoryview
Store = mmap | bytearray | memoryview

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

LEAD = 64
"""Records that the walk looks at together, so that trips to memory of 50 to 100 ns overlap.

32 were some hundredths slower, 128 no faster (bench, *crane* and *many*).
"""

# Words of a record that was looked at: where its frame lies, and what a common one says.
RING_HASH = 0
"""Of its conversation; 0 when the frame is not of the common kind."""
RING_AT = 1
RING_END = 2
RING_NEXT = 3
"""Where the record behind it begins."""
RING_WIRE = 4
RING_NS = 5
RING_INTERFACE = 6
RING_KEY = 7
RING_PORTS = 8
RING_IP = 9
"""Where the IPv4 header begins, << 1, and the side that sent it."""
RING_WORDS = 10

# Bits of a port (``sampling.known_ports``); the rank of its datagrams is above them.
PORT_LISTENS = 1
PORT_CONTROL = 2
PORT_WRAPS = 4
RANK_SHIFT = 4

# Kinds of payload: EtherTypes (IEEE 802 numbers), and two that need none.
ETHERNET = 1
IP = 2
"""IPv4 or IPv6, as its first nibble says."""
PPP = 0x880B
TEB = 0x6558
"""Transparent Ethernet bridging, as GRE carries it."""
ERSPAN = 0x88BE

LONGEST_PING = 72
"""Bytes of the longest ICMP echo that says nothing: 64 of data are more than programs send unasked
(56 on Linux and BSD, 32 on Windows)."""

# UDP ports behind which another packet is looked for (IANA; 8472 is the Linux kernel's for VXLAN).
VXLAN = 4789
VXLAN_OLD = 8472
GTP = 2152
TEREDO = 3544
L2TP = 1701
WRAPPERS = (VXLAN, VXLAN_OLD, GTP, TEREDO, L2TP)

# Why a walk came back to its driver.
MORE = 0
GROW = 1
DRAIN = 2
BLOCK = 3
BAD = 4
SKIP = 5
LONG = 6
"""A frame must go the long way; never told to the driver."""

# Words of an interface.
IF_LINK = 0
IF_UNIT = 1
IF_OFFSET = 2
IF_SNAP = 3
IF_FRAMES = 4
IF_SKIPPED = 5
IF_SCALE = 6
"""Nanoseconds of a tick, 0 when that is no whole number or seconds are added."""
IF_LAST = 7
"""The most ticks that ``IF_SCALE`` is right for."""
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

# Words of a flow. The first two cache lines are all that a packet of a running conversation
# touches; where two words are said to be of a and b, the second one is b's.
KEY = 0
"""IPv4 address of a << 32 | of b when nothing is wrapped; 0 for every other flow."""
PORTS = 1
"""port of a << 48 | port of b << 32 | protocol << 24 | VLAN << 12 | inner VLAN."""
SIDES = 2
"""Of a and b: flags seen, TTL min << 8, TTL max << 16, ``W_*``, and 1 + row of its rhythm << 32."""
HOT = 4
"""Of a and b: the MAC whose packets the sighting will be told of when the flow is settled,
with ``HOT_BIT``; ``M64`` when its packets are told one by one, 0 before the first."""
LAST = 6
PACKETS = 8
BYTES = 10
PAYLOAD = 12
SEGMENTS = 14
SEQ = 16
"""Sequence number at which the sampled prefix of a starts, << 32 of b."""
PREFIX = 17
"""Bytes sampled of a's prefix, << 16 its limit; << 32 and << 48 of b."""
STATE = 18
"""``S_*``, the identification of a's first IPv4 packet << IDENT_SHIFT and of b's 16 further, and
the tunnel << TUNNEL_SHIFT."""
SIGHTED = 19
"""1 + row of the sighting of a, and << 32 of b."""
A_HI = 20
A_LO = 21
B_HI = 22
B_LO = 23
FIRST_FRAME = 24
FIRST_NS = 25
MACS = 26
SYN_NS = 28
SYNACK_NS = 29
ACK_NS = 30
FIRST_ACK = 31
FIRST_PAY = 33
OPTIONS = 35
"""MSS of a, << 16 of b, window scale << 32 of a, << 40 of b (255 none)."""
HASH = 36
PART = 37
LAST_NS = 38
"""The later of ``LAST``, written when the rows are closed."""
STAMPS = 39
"""TCP timestamp of a's first SYN, << 32 of b's (RFC 7323)."""
FLOW_WORDS = 40
PAST_SLOTS = 1 << 21
"""Conversations whose earlier rows are remembered, twice over (32 MB once anything is spilled)."""

NO_TTL = 0xFF00
"""A side's word before its first packet."""
NO_SCALE = 0xFFFF00000000
HOT_BIT = 1 << 48

# What is known of one side of a flow, in its word of SIDES.
PAY_BIT = 24
W_PAY = 1 << PAY_BIT
"""The time of its first payload is noted."""
W_ACK = 1 << 25
"""The time of its first ACK is noted."""
W_FULL = 1 << 26
"""Enough of what it says was handed out for naming."""
W_CONTROL = 1 << 27
"""Every kind of message matters."""
W_OWES = 1 << 28
"""It was sent a SYN-ACK and has not acknowledged it."""
W_CLIENT = 1 << 29
"""It asks, as far as is known by now."""
W_PROBED = 1 << 30
"""It was asked, after a silence, whether it is still there, and has not answered."""
RHYTHM_SHIFT = 32
ACK_TO_W = 21
"""The flag ACK << this is ``W_ACK``."""

# State of a flow.
S_SYN = 1 << 0
S_SYN_BY_B = 1 << 1
S_SYNACK = 1 << 2
S_SYNACK_BY_B = 1 << 3
S_FIRST_BY_B = 1 << 4
S_ACKED = 1 << 5
IDENT_SHIFT = 16
TUNNEL_SHIFT = 60

# Words of a rhythm: which conversation, and how often what took how long. The counts are 16 bits
# each, four a word, in buckets of a quarter of an octave.
RH_FRAME = 0
"""First frame of the conversation."""
RH_PORTS = 1
RH_A_HI = 2
RH_A_LO = 3
RH_B_HI = 4
RH_B_LO = 5
RH_BEAT = 6
"""Of a and b: when its last message began."""
RH_FIRST = 8
RH_PROBE = 9
"""When a side was last asked, after a silence, whether it is still there."""
RH_PROMPT = 10
"""Of a and b: how soon it answered such a probe, which no system puts off (RFC 9293 section
3.8.4): least µs, most << 24, number << 48."""
RH_BEATS = 12
"""Between the beginnings of a's messages; b's follow."""
BEAT_BUCKETS = 88
BEAT_LOW = 24
"""Bits of the shortest interval that has a bucket of its own: 16.8 ms; the last begins at 14 h."""
RHYTHM_WORDS = 56
RHYTHMS_MOST = 1 << 16
"""Conversations whose rhythm is kept: 29 MB."""
RHYTHM_AFTER = 7
"""Packets of a side before a rhythm is kept: most conversations are over by then."""
BEAT_GAP = 20_000_000
"""Nanoseconds of silence after which a packet with content begins a message: longer than the
packets of one transfer are apart on a plant's network, shorter than any polling period."""
IDLE = 5_000_000_000
"""Nanoseconds of silence after which an empty packet is a probe whether the other is there:
delayed acknowledgements come within half a second (RFC 1122 section 4.2.3.2)."""

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

# Words of a kind of control message: the port, the byte that must have a value, how long a payload
# has all that tells kinds apart, and where eight bytes are taken and through which mask.
KIND_AT = 1
KIND_VALUE = 2
KIND_LENGTH = 3
KIND_PLACES = 4
KIND_MASKS = 7
KIND_WINDOWS = 3
KIND_WORDS = 10
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
