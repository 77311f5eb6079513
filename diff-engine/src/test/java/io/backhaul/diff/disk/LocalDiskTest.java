/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Hadoop and Delta ask of a disk; twins ask Hadoop's own. */
class LocalDiskTest {

  private static final int ROUNDS = 500;

  private final ExecutorService writers = Executors.newFixedThreadPool(2);
  @TempDir java.nio.file.Path folder;

  @AfterEach
  void stop() {
    writers.shutdownNow();
  }

  @Test
  void ofTwoWhoCommitAVersionAtTheSameMomentExactlyOneSucceeds() throws Exception {
    List<FileContext> disks = List.of(ours(), ours()); // as two processes have them
    for (int version = 0; version < ROUNDS; version++) {
      String name = version + ".json";
      CyclicBarrier start = new CyclicBarrier(2);
      Future<Boolean> one = writers.submit(committing(disks.get(0), "a", name, start));
      Future<Boolean> other = writers.submit(committing(disks.get(1), "b", name, start));

      String told = (one.get() ? "a" : "") + (other.get() ? "b" : "");

      assertThat(read(ours(), name)).isEqualTo(told);
    }
  }

  @Test
  void hadoopsOwnLooksBeforehandAndLosesWhatIsCommittedAfterTheLook() throws Exception {
    Hadoops files = new Hadoops();
    Files.writeString(folder.resolve("made"), "b");
    files.meanwhile = () -> Files.writeString(folder.resolve("committed"), "a");

    files.rename(at("made"), at("committed"));

    assertThat(folder.resolve("committed")).hasContent("b"); // and a was told that it is done
  }

  @Test
  void aFileKeepsItsContentAndItsChecksumUnderItsNewName() throws IOException {
    FileContext files = ours();
    write(files, "made", "content");

    files.rename(at("made"), at("committed"));

    assertThat(read(files, "committed")).isEqualTo("content");
    assertThat(folder.resolve("made")).doesNotExist();
    Files.writeString(folder.resolve("committed"), "CONTENT"); // a bad disk
    try (FileSystem disk = disk();
        InputStream in = disk.open(at("committed"))) {
      assertThatThrownBy(in::readAllBytes).isInstanceOf(ChecksumException.class);
    }
  }

  @Test
  void aFolderAndAFileOverAnotherAreRenamedAsEver() throws IOException {
    FileContext files = ours();
    Files.createDirectory(folder.resolve("old"));
    write(files, "new", "newer");
    write(files, "there", "older");

    files.rename(at("old"), at("young"));
    files.rename(at("new"), at("there"), Rename.OVERWRITE);

    assertThat(folder.resolve("young")).isDirectory();
    assertThat(read(files, "there")).isEqualTo("newer");
  }

  @Test
  void permissionsAreThoseAskedFor() throws IOException {
    try (FileSystem disk = disk()) {
      disk.create(at("f")).close();
      for (String symbols : List.of("rw-r-----", "rwxr-xr-x", "r--------")) {
        disk.setPermission(at("f"), FsPermission.valueOf("-" + symbols));

        assertThat(
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("f"))))
            .isEqualTo(symbols);
      }
    }
  }

  @Test
  void aLinkIsSeenAsALinkAndAFileAsAFile() throws IOException {
    try (FileSystem disk = disk()) {
      Files.writeString(folder.resolve("f"), "12345");
      Files.createSymbolicLink(folder.resolve("l"), folder.resolve("f"));

      FileStatus file = disk.getFileLinkStatus(at("f"));
      assertThat(file.isSymlink()).isFalse();
      assertThat(file.getLen()).isEqualTo(5);
      assertThat(disk.getFileLinkStatus(new Path(folder + "/l")).isSymlink()).isTrue();
      assertThatThrownBy(() -> disk.getFileLinkStatus(at("none")))
          .isInstanceOf(java.io.FileNotFoundException.class);
    }
  }

  private Callable<Boolean> committing(
      FileContext files, String writer, String name, CyclicBarrier start) {
    return () -> {
      write(files, name + "." + writer, writer);
      start.await();
      try {
        files.rename(at(name + "." + writer), at(name));
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      }
    };
  }

  private void write(FileContext files, String name, String content) throws IOException {
    try (FSDataOutputStream out =
        files.create(
            at(name),
            java.util.EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
            CreateOpts.createParent())) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String read(FileContext files, String name) throws IOException {
    try (InputStream in = files.open(at(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Path at(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private FileSystem disk() throws IOException {
    LocalDisk disk = new LocalDisk();
    disk.initialize(FsConstants.LOCAL_FS_URI, new Configuration());
    return disk;
  }

  private static FileContext ours() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.AbstractFileSystem.file.impl", LocalDiskContext.class.getName());
    return FileContext.getFileContext(FsConstants.LOCAL_FS_URI, hadoop);
  }

  /** Hadoop's local disk for a file context, and another process between its look and its deed. */
  private static final class Hadoops extends DelegateToFileSystem {

    private Callable<?> meanwhile = () -> null;

    Hadoops() throws IOException, URISyntaxException {
      this(new AtomicReference<>());
    }

    private Hadoops(AtomicReference<Hadoops> self) throws IOException, URISyntaxException {
      super(
          FsConstants.LOCAL_FS_URI,
          new RawLocalFileSystem() {
            @Override
            public boolean rename(Path from, Path to) throws IOException {
              try {
                self.get().meanwhile.call();
              } catch (Exception e) {
                throw new IOException(e);
              }
              return super.rename(from, to);
            }
          },
          new Configuration(),
          FsConstants.LOCAL_FS_URI.getScheme(),
          false);
      self.set(this);
    }

    @Override
    public int getUriDefaultPort() {
      return -1;
    }
  }
}
