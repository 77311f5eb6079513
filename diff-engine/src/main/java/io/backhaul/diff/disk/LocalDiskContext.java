/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.disk;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.local.LocalConfigKeys;

/**
 * The local disk for Hadoop's {@code FileContext}, by which Delta commits: a version is written
 * under another name and renamed, and who comes second must fail. Here he does, whichever process
 * he is in.
 */
public final class LocalDiskContext extends ChecksumFs {

  /** For Hadoop, which makes one by name. */
  public LocalDiskContext(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
    super(new Raw(hadoop));
  }

  /** The disk below the checksums. */
  private static final class Raw extends DelegateToFileSystem {

    private final RawLocalDisk disk;

    Raw(Configuration hadoop) throws IOException, URISyntaxException {
      this(new RawLocalDisk(), hadoop);
    }

    private Raw(RawLocalDisk disk, Configuration hadoop) throws IOException, URISyntaxException {
      super(FsConstants.LOCAL_FS_URI, disk, hadoop, FsConstants.LOCAL_FS_URI.getScheme(), false);
      this.disk = disk;
    }

    /** Gives a file a new name that nothing has: a look beforehand leaves time for another. */
    @Override
    public void renameInternal(Path from, Path to) throws IOException {
      java.nio.file.Path source = disk.nio(from);
      if (Files.isRegularFile(source) && LocalDisk.link(source, disk.nio(to))) {
        Files.delete(source);
      } else {
        super.renameInternal(from, to);
      }
    }

    @Override
    public int getUriDefaultPort() {
      return -1; // a path has no port
    }

    @Deprecated // as Hadoop's is
    @Override
    public FsServerDefaults getServerDefaults() throws IOException {
      return LocalConfigKeys.getServerDefaults();
    }

    @Override
    public FsServerDefaults getServerDefaults(Path path) throws IOException {
      return LocalConfigKeys.getServerDefaults();
    }

    @Override
    public boolean isValidName(String name) {
      return true; // whatever the operating system takes
    }
  }
}
