/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The entry that libFuzzer and our own replay call; each driver defines it. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
