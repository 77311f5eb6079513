/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.session.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders that last as long as a benchmark. Each has a name that was not used before in this
 * process, because Delta remembers tables by their paths.
 */
final class Scratch implements AutoCloseable {

  private static final String PREFIX = "scratch-";

  private final Path root;
  private int folders;

  private Scratch(Path root) {
    this.root = root;
  }

  /** Folders of this process, in one that is deleted by {@link #close}. */
  static Scratch in(Path folder) {
    return new Scratch(folder.resolve(PREFIX + ProcessHandle.current().pid()));
  }

  /** Clears away what benchmarks that were killed have left in a folder. */
  static void clearDead(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all = files.filter(file -> file.getFileName().toString().matches(PREFIX + "\\d+")).toList();
    }
    for (Path scratch : all) {
      long pid = Long.parseLong(scratch.getFileName().toString().substring(PREFIX.length()));
      if (ProcessHandle.of(pid).isEmpty()) {
        delete(scratch);
      }
    }
  }

  /** A folder that is not there yet, in one that is. */
  Path next(String name) throws IOException {
    Files.createDirectories(root);
    folders++;
    return root.resolve(name + "-" + folders);
  }

  /**
   * A copy of a Delta table, or of a folder of such, in a folder of its own. Parquet files, which
   * nobody ever writes to again, are linked; all others are copied.
   */
  Path copy(Path from, String name) throws IOException {
    Path to = next(name);
    copy(from, to);
    return to;
  }

  /** As the other, to a folder that is not there yet. */
  static void copy(Path from, Path to) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(from)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Path copy = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else if (path.toString().endsWith(".parquet")) {
        Files.createLink(copy, path);
      } else {
        Files.copy(path, copy);
      }
    }
  }

  /** Deletes a folder, if it is there, with all that is in it. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      Folders.delete(folder);
    }
  }

  @Override
  public void close() throws IOException {
    delete(root);
  }
}
