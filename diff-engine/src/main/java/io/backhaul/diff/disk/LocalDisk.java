/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.fs.FileAlreadyExistsException;
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

  /**
   * Gives a file another name, unless something has it: a rename would replace that.
   *
   * @return whether it has; false where the disk has no links, or one cannot be made
   * @throws FileAlreadyExistsException if something has the name
   */
  public static boolean link(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
      return true;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(name + " exists, written by another");
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false;
    }
  }

  /** For Hadoop, which makes one by name. */
  public LocalDisk() {
    super(new RawLocalDisk());
  }
}
