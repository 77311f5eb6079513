/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.jobs.ledger.LedgerFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one run: {@code <root>/<tenant>/<sync>/<run id>/}. It exists from before the plan
 * is written until after the run is settled; one that is found by a later run belongs to a run that
 * died.
 *
 * @param path absolute, in any Hadoop file system
 */
record JournalFolder(String path) implements Serializable {

  static final String ENDING = ".journal";
  private static final String HEADER = "run.json";
  private static final String VENDOR_JOBS = "vendor-jobs";
  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);

  static JournalFolder of(String root, String tenant, String sync, String runId) {
    return new JournalFolder(root + "/" + tenant + "/" + sync + "/" + runId);
  }

  /** Folders of runs that were begun and not settled, oldest first (run ids sort by time). */
  static List<JournalFolder> unsettled(
      Configuration hadoop, String root, String tenant, String sync) {
    Path parent = new Path(root + "/" + tenant + "/" + sync);
    try {
      FileSystem files = parent.getFileSystem(hadoop);
      List<JournalFolder> folders = new ArrayList<>();
      for (FileStatus status : files.listStatus(parent)) {
        if (status.isDirectory()) {
          folders.add(new JournalFolder(parent + "/" + status.getPath().getName()));
        }
      }
      folders.sort((a, b) -> a.path().compareTo(b.path()));
      return folders;
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the journal " + parent, e);
    }
  }

  String runId() {
    return new Path(path).getName();
  }

  /** Writes, or replaces, what recovery needs to know of the run. */
  void begin(Configuration hadoop, RunHeader header) {
    Path temporary = new Path(path, "." + HEADER + ".new");
    Path file = new Path(path, HEADER);
    try {
      FileSystem files = files(hadoop);
      try (OutputStream out = files.create(temporary, true)) {
        out.write(header.toJson());
      }
      files.delete(file, false);
      if (!files.rename(temporary, file)) {
        throw new IOException("rename refused");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the journal header " + file, e);
    }
  }

  /** Notes, before its handle is journaled, that a vendor job carries records of this run. */
  void noteVendorJobs(Configuration hadoop) {
    try {
      files(hadoop).create(new Path(path, VENDOR_JOBS), true).close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the journal " + path, e);
    }
  }

  /** Whether vendor jobs carry records of this run, or did. */
  boolean hasVendorJobs(Configuration hadoop) {
    try {
      return files(hadoop).exists(new Path(path, VENDOR_JOBS));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the journal " + path, e);
    }
  }

  /** What {@link #begin} wrote last; {@code null} if the run died before it was written. */
  RunHeader header(Configuration hadoop) {
    Path file = new Path(path, HEADER);
    Path temporary = new Path(path, "." + HEADER + ".new");
    try {
      FileSystem files = files(hadoop);
      for (Path candidate : List.of(file, temporary)) {
        try (InputStream in = files.open(candidate)) {
          return RunHeader.fromJson(in.readAllBytes());
        } catch (FileNotFoundException e) {
          LOG.debug("{} does not exist", candidate);
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the journal header " + file, e);
    }
  }

  /**
   * Makes sure that this process writes to the same storage that the driver reads.
   *
   * @throws IllegalStateException if it does not see what the driver {@linkplain #begin began}
   */
  void requireShared(Configuration hadoop) {
    if (header(hadoop) == null) {
      throw new IllegalStateException(
          "this executor does not see the journal "
              + path
              + ", which the driver began: outcomes written here would be lost. Put ledger.path, or"
              + " ledger.journal beside ledger.schema, on storage that the driver and all executors"
              + " share; nothing was sent by this task");
    }
  }

  /** Names of all journal files, or of one partition's; those of an attempt in writing order. */
  List<String> names(Configuration hadoop, String prefix) {
    try {
      List<String> names = new ArrayList<>();
      for (FileStatus status : files(hadoop).listStatus(new Path(path))) {
        String name = status.getPath().getName();
        if (name.startsWith(prefix) && name.endsWith(ENDING)) {
          names.add(name);
        }
      }
      names.sort(Comparator.comparingInt(String::length).thenComparing(String::compareTo));
      return names;
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the journal " + path, e);
    }
  }

  /** The attempt that wrote a file: {@code p00003-a17} of {@code p00003-a17-0.journal}. */
  static String attempt(String name) {
    return name.substring(0, name.lastIndexOf('-'));
  }

  /** The partition of an attempt: {@code p00003-a17} is one of partition 3. */
  static int partition(String attempt) {
    return Integer.parseInt(attempt.substring(1, attempt.indexOf('-')));
  }

  /** Reads one file; what a kill cut off is passed over, what rotted is reported loudly. */
  void read(Configuration hadoop, String name, Consumer<JournalFrame> consumer) {
    try (JournalCodec.Reader reader = open(hadoop, name)) {
      for (JournalFrame frame = reader.next(); frame != null; frame = reader.next()) {
        consumer.accept(frame);
      }
      reportDamage(name, reader);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the journal " + path + "/" + name, e);
    }
  }

  /** Opens one file to be read frame by frame. */
  JournalCodec.Reader open(Configuration hadoop, String name) throws IOException {
    return new JournalCodec.Reader(files(hadoop).open(new Path(path, name), 1 << 16));
  }

  /** Says loudly if the file ended in damage. */
  void reportDamage(String name, JournalCodec.Reader reader) {
    if (reader.tail() == JournalCodec.Tail.CORRUPT) {
      LOG.error(
          "{}/{} is corrupt; outcomes behind the damage are lost and their records will be sent"
              + " again",
          path,
          name);
    }
  }

  /** The store of one task attempt. */
  JournalStore store(Configuration hadoop, String name) {
    try {
      return new JournalStore(files(hadoop), new Path(path), name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the journal " + path, e);
    }
  }

  /** Removes the journal of a run that is settled. */
  void remove(Configuration hadoop) {
    try {
      files(hadoop).delete(new Path(path), true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the settled journal " + path, e);
    }
  }

  private FileSystem files(Configuration hadoop) throws IOException {
    return LedgerFiles.of(new Path(path), hadoop);
  }
}
