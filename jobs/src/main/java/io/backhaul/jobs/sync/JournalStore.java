/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * The files of one task attempt. Where the file system can flush (local disks, HDFS) one file
 * grows; where it cannot (object stores, where a file exists once it is closed) each write is a
 * file of its own. Flushed bytes survive the death of this process; on HDFS, that of its machine
 * too.
 */
final class JournalStore implements GroupCommit.Store, Closeable {

  private final FileSystem files;
  private final Path folder;
  private final String name;
  private FSDataOutputStream growing;
  private boolean flushable = true;
  private int rolled;

  /**
   * @param name of the attempt, unique among all attempts of the partition
   */
  JournalStore(FileSystem files, Path folder, String name) {
    this.files = files;
    this.folder = folder;
    this.name = name;
  }

  @Override
  public void write(List<byte[]> frames) throws IOException {
    if (growing == null) {
      growing = files.create(new Path(folder, name + "-" + rolled++ + JournalFolder.ENDING), false);
      flushable = growing.hasCapability(StreamCapabilities.HSYNC);
    }
    for (byte[] frame : frames) {
      growing.write(frame);
    }
    if (flushable) {
      growing.hflush();
    } else {
      close();
    }
  }

  @Override
  public void close() throws IOException {
    if (growing != null) {
      FSDataOutputStream closing = growing;
      growing = null;
      closing.close();
    }
  }
}
