/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.List;

/**
 * Makes providers that are no classes of their own, such as those that a file describes; found by
 * {@link java.util.ServiceLoader}.
 */
public interface DestinationFamily {

  /** The providers that come with it. */
  List<DestinationProvider> providers();

  /**
   * A provider that a text of the user's describes.
   *
   * @param name of the text, for messages
   * @throws IllegalArgumentException if it describes none, saying what is wrong
   */
  DestinationProvider read(String name, String text);
}
