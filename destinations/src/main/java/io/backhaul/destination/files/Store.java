/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import io.backhaul.destination.DestinationException;
import java.io.IOException;
import java.util.Optional;

/** Where files are put. Names are relative to the destination's path. Thread-safe. */
interface Store extends AutoCloseable {

  /** Whether a file that is written under its own name is seen whole or not at all. */
  boolean writesAtOnce();

  /** Writes a file, and the folders above it; what was there is overwritten. */
  void write(String name, byte[] bytes) throws IOException;

  /** Gives a file another name; what was there is replaced. */
  void move(String from, String to) throws IOException;

  /** Deletes a file; one that is not there is deleted. */
  void delete(String name) throws IOException;

  /** The bytes of a file; empty if there is none. */
  Optional<byte[]> read(String name) throws IOException;

  /** Looks at the path without changing anything. */
  void look() throws IOException;

  /**
   * What a failure means.
   *
   * @param begun whether a file may already be seen
   */
  DestinationException failure(IOException failure, boolean begun);

  @Override
  void close();
}
