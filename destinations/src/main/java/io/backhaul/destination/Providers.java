/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The kinds of destination that are on the class path. */
public final class Providers {

  private Providers() {}

  /**
   * All of them, by the value of {@code type:}.
   *
   * @throws IllegalStateException if two claim one type
   */
  public static Map<String, DestinationProvider> all() {
    Map<String, DestinationProvider> byType = new TreeMap<>();
    for (DestinationProvider provider :
        ServiceLoader.load(DestinationProvider.class, Providers.class.getClassLoader())) {
      DestinationProvider other = byType.put(provider.type(), provider);
      if (other != null) {
        throw new IllegalStateException(
            "two providers claim the type '"
                + provider.type()
                + "': "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName()
                + "; take one off the class path");
      }
    }
    return byType;
  }

  /** The provider of a type. */
  public static Optional<DestinationProvider> of(String type) {
    return Optional.ofNullable(all().get(type));
  }
}
