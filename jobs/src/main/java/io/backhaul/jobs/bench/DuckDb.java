/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/** DuckDB, in this process, if it is among the {@link BenchLibraries}. */
final class DuckDb implements AutoCloseable {

  private final URLClassLoader loader;
  private final Driver driver;

  private DuckDb(URLClassLoader loader, Driver driver) {
    this.loader = loader;
    this.driver = driver;
  }

  /** DuckDB, if its jar is there. */
  static Optional<DuckDb> find() throws IOException {
    return BenchLibraries.open(
        "org.duckdb.DuckDBDriver",
        (loader, type) -> new DuckDb(loader, (Driver) type.getConstructor().newInstance()));
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
