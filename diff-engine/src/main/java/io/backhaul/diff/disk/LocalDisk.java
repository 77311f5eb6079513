/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.disk;

import java.util.Map;
import org.apache.hadoop.fs.LocalFileSystem;

/**
 * The local disk for Hadoop's {@code FileSystem}, with checksums as Hadoop's own keeps them. Files
 * are named, laid out and read as ever: what was written with either is read by the other.
 */
public final class LocalDisk extends LocalFileSystem {

  /** The settings by which a Spark session uses this package for {@code file:} paths. */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "spark.hadoop.fs.file.impl", LocalDisk.class.getName(),
          "spark.hadoop.fs.AbstractFileSystem.file.impl", LocalDiskContext.class.getName());

  /** For Hadoop, which makes one by name. */
  public LocalDisk() {
    super(new RawLocalDisk());
  }
}
