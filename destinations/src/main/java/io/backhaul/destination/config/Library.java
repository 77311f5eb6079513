/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.config;

import io.backhaul.destination.DestinationException;

/** A library that is not shipped: whoever runs the destination brings it. */
public final class Library {

  private Library() {}

  /**
   * Passes if the class path has it.
   *
   * @param type one of its classes
   * @param remedy what to do if it is missing
   * @throws DestinationException (refused) if it is missing
   */
  public static void require(String type, String remedy) {
    try {
      Class.forName(type, false, Library.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw DestinationException.refused("LIBRARY_MISSING", 0, remedy);
    }
  }
}
