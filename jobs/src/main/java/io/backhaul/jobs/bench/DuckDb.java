/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * DuckDB, in this process. It is no part of Backhaul: its jar lies in {@code bench-lib} beside
 * Backhaul's own if the build was asked for it, and is loaded from there.
 */
final class DuckDb implements AutoCloseable {

  private static final String DRIVER = "org.duckdb.DuckDBDriver";

  private final URLClassLoader loader;
  private final Driver driver;

  private DuckDb(URLClassLoader loader, Driver driver) {
    this.loader = loader;
    this.driver = driver;
  }

  /** DuckDB, if its jar is there. */
  static Optional<DuckDb> find() throws IOException {
    List<Path> jars = jars(folder());
    return jars.isEmpty() ? Optional.empty() : Optional.of(load(jars));
  }

  private static DuckDb load(List<Path> jars) throws IOException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = url(jars.get(i));
    }
    URLClassLoader loader = new URLClassLoader("bench-lib", urls, DuckDb.class.getClassLoader());
    try {
      Class<?> driver = Class.forName(DRIVER, true, loader);
      return new DuckDb(loader, (Driver) driver.getConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      loader.close();
      throw new IOException("no " + DRIVER + " in " + jars, e);
    }
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
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
      return Path.of(DuckDb.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .resolveSibling("bench-lib");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this class was loaded from no file", e);
    }
  }

  /** A new database in memory, with all cores. */
  Connection open() throws SQLException {
    return driver.connect("jdbc:duckdb:", new Properties());
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
