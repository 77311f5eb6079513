/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.DestinationFamily;
import io.backhaul.destination.DestinationProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The connectors that are files: {@code connectors/<type>.yaml} on the class path, by the names
 * that {@code connectors/index} holds, one a line. Other jars may bring an index and files of their
 * own.
 */
public final class Definitions implements DestinationFamily {

  private static final String INDEX = "connectors/index";

  /** Read once: a definition does not change while the process lives. */
  private static List<DestinationProvider> shipped;

  @Override
  public List<DestinationProvider> providers() {
    synchronized (Definitions.class) {
      if (shipped == null) {
        shipped = shipped(Definitions.class.getClassLoader());
      }
      return shipped;
    }
  }

  @Override
  public DestinationProvider read(String name, String text) {
    return new DefinedProvider(Definition.read(name, text));
  }

  private static List<DestinationProvider> shipped(ClassLoader loader) {
    List<DestinationProvider> providers = new ArrayList<>();
    try {
      for (URL index : Collections.list(loader.getResources(INDEX))) {
        for (String line : text(index).lines().map(String::strip).toList()) {
          if (!line.isEmpty() && !line.startsWith("#")) {
            String name = "connectors/" + line + ".yaml";
            URL file = loader.getResource(name);
            if (file == null) {
              throw new IllegalStateException(INDEX + " names " + name + ", which is not there");
            }
            providers.add(new DefinedProvider(Definition.read(name, text(file))));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(providers);
  }

  private static String text(URL resource) throws IOException {
    try (InputStream in = resource.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
