/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

/** How the bytes of an answer travel back. */
public enum Manner {
  /** In one piece. */
  WHOLE,
  /** In one piece, then the connection is closed without a word of it in the headers. */
  WHOLE_THEN_CLOSE,
  /** Not at all: the connection is reset (RST). */
  RESET,
  /** Headers and half of the announced body, then the connection is closed. */
  TRUNCATED,
  /** One byte at a time. */
  DRIP,
  /** Not before {@link LoopbackHttp#release()}. */
  HANG
}
