"""The floor: what merely reading the file, or stepping over its record headers, costs."""

from __future__ import annotations

import subprocess
from pathlib import Path

SOURCE = r"""
/* Steps over the records of a little-endian pcap and adds up their lengths: nothing less can count
   packets. Reads into one reused buffer, as the walk does. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static uint8_t buffer[4 << 20];
int main(int count, char **names) {
  int file = open(names[1], O_RDONLY);
  size_t held = 0, at = 24; uint64_t packets = 0, bytes = 0; ssize_t got;
  (void)count;
  while ((got = read(file, buffer + held, sizeof buffer - held)) > 0) {
    held += (size_t)got;
    while (at + 16 <= held) {
      uint32_t kept; memcpy(&kept, buffer + at + 8, 4);
      if (at + 16 + kept > held) break;
      packets++; bytes += kept; at += 16 + kept;
    }
    memmove(buffer, buffer + at, held - at); held -= at; at = 0;
  }
  printf("%lu %lu\n", packets, bytes);
  return 0;
}
"""


def build(folder: Path) -> Path:
    """Compile the record-header loop with the system compiler; the program's path."""
    folder.mkdir(parents=True, exist_ok=True)
    source, program = folder / "headers.c", folder / "headers"
    source.write_text(SOURCE)
    subprocess.run(["cc", "-O3", "-o", program, source], check=True)
    return program
