/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.Redactor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/** Any file system that Hadoop reaches: s3a, abfs, gs, hdfs, or this machine's own. */
final class HadoopStore implements Store {

  /** An object is there when its upload is complete, and a rename would copy it. */
  private static final Set<String> OBJECT_STORES = Set.of("s3a", "s3", "gs", "oss", "cosn", "obs");

  private final Path root;
  private final Map<String, String> properties;
  private final Redactor redactor;
  private final Object opening = new Object();
  private volatile FileSystem files;

  HadoopStore(String path, Map<String, String> properties, Redactor redactor) {
    this.root = new Path(path);
    this.properties = Map.copyOf(properties);
    this.redactor = redactor;
  }

  private FileSystem files() throws IOException {
    FileSystem open = files;
    if (open != null) {
      return open;
    }
    synchronized (opening) {
      if (files == null) {
        Configuration configuration = new Configuration();
        properties.forEach(configuration::set);
        URI uri = root.toUri();
        FileSystem opened =
            uri.getScheme() == null
                ? FileSystem.newInstance(configuration)
                : FileSystem.newInstance(uri, configuration);
        // Or there would be a hidden file of checksums beside every file.
        opened.setWriteChecksum(false);
        files = opened;
      }
      return files;
    }
  }

  private Path at(String name) {
    return new Path(root, name);
  }

  @Override
  public boolean writesAtOnce() {
    String scheme = root.toUri().getScheme();
    return scheme != null && OBJECT_STORES.contains(scheme);
  }

  @Override
  public void write(String name, byte[] bytes) throws IOException {
    try (OutputStream out = files().create(at(name), true)) {
      out.write(bytes);
    }
  }

  @Override
  public void move(String from, String to) throws IOException {
    FileSystem open = files();
    open.mkdirs(at(to).getParent());
    if (open.exists(at(to))) {
      open.delete(at(to), false);
    }
    if (!open.rename(at(from), at(to))) {
      throw new IOException("the file system does not rename");
    }
  }

  @Override
  public void delete(String name) throws IOException {
    files().delete(at(name), false);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try (FSDataInputStream in = files().open(at(name))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public void look() throws IOException {
    try {
      FileStatus there = files().getFileStatus(root);
      if (!there.isDirectory()) {
        throw new ParentNotDirectoryException("path is a file");
      }
    } catch (FileNotFoundException e) {
      // The first file makes the folder; in an object store there are none.
    }
  }

  @Override
  public DestinationException failure(IOException failure, boolean begun) {
    String words = redactor.redact(failure.getMessage());
    String message = failure.getClass().getSimpleName() + (words == null ? "" : ": " + words);
    boolean wrong =
        failure instanceof AccessControlException
            || failure instanceof AccessDeniedException
            || failure instanceof UnsupportedFileSystemException
            || failure instanceof ParentNotDirectoryException
            || failure instanceof FileAlreadyExistsException
            || String.valueOf(failure.getMessage()).contains("No FileSystem for scheme")
            || failure instanceof FileNotFoundException;
    if (begun) {
      return DestinationException.inDoubt("IO_FAILED", 0, message);
    }
    if (wrong) {
      return DestinationException.refused("PATH_REFUSED", 0, message);
    }
    String code = failure instanceof FileSystemException ? "FILE_SYSTEM_FAILED" : "IO_FAILED";
    return DestinationException.unavailable(code, 0, Duration.ZERO, message);
  }

  @Override
  public void close() {
    synchronized (opening) {
      if (files != null) {
        try {
          files.close();
        } catch (IOException e) {
          // Every file is closed already; nothing is lost.
        }
      }
    }
  }
}
