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
    ClassLoader loader = Providers.class.getClassLoader();
    ServiceLoader.load(DestinationProvider.class, loader)
        .forEach(provider -> add(byType, provider));
    for (DestinationFamily family : ServiceLoader.load(DestinationFamily.class, loader)) {
      family.providers().forEach(provider -> add(byType, provider));
    }
    return byType;
  }

  private static void add(Map<String, DestinationProvider> byType, DestinationProvider provider) {
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

  /**
   * A provider that a text describes, as those in {@code connectors/} of the jar are.
   *
   * @param name of the text, for messages
   * @throws IllegalArgumentException if it describes none, saying what is wrong
   */
  public static DestinationProvider described(String name, String text) {
    return ServiceLoader.load(DestinationFamily.class, Providers.class.getClassLoader())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing here reads " + name))
        .read(name, text);
  }

  /** The provider of a type. */
  public static Optional<DestinationProvider> of(String type) {
    return Optional.ofNullable(all().get(type));
  }
}
