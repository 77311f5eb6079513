/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

/** Part of a batch that is one request; its id follows from its content. */
final class Piece {

  final long id;
  final int keys;
  int tries;
  boolean sent;
  boolean inDoubt;
  boolean failed;
  boolean exhausted;

  Piece(long id, int keys) {
    this.id = id;
    this.keys = keys;
  }
}
