/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What benchmarks compare with or read from and is no part of Backhaul: jars that lie in {@code
 * bench-lib} beside Backhaul's own if the build was asked for them, and are loaded from there; or
 * classes of the class path, as in tests.
 */
final class BenchLibraries {

  private BenchLibraries() {}

  /** Makes something of a class. */
  interface Opening<T> {
    T open(URLClassLoader loader, Class<?> type) throws ReflectiveOperationException;
  }

  /**
   * What is made of a class, if the jars have it.
   *
   * @param opening is to close the loader in the end
   */
  static <T> Optional<T> open(String type, Opening<T> opening) throws IOException {
    List<Path> jars = jars(folder());
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    URLClassLoader loader =
        new URLClassLoader("bench-lib", urls, BenchLibraries.class.getClassLoader());
    try {
      return Optional.of(opening.open(loader, Class.forName(type, true, loader)));
    } catch (ClassNotFoundException e) {
      loader.close();
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      loader.close();
      throw new IOException(type + " in " + jars + " could not be opened", e);
    }
  }

  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  private static Path folder() {
    try {
      return Path.of(
              BenchLibraries.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolveSibling("bench-lib");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this class was loaded from no file", e);
    }
  }
}
