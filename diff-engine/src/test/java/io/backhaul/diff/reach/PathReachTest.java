/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathReachTest {

  private static final PathReach REACH =
      new PathReach(
          List.of("/no/mallory", "s3a://mallory-*/in/", "abfss://c@mallory.example.com/x"));

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/no/mallory",
        "/no/mallory/",
        "/no//mallory/./t",
        "/no/mallory/t/*.parquet",
        "/no/mallory/day=2026-*/{a,b}",
        "s3a://mallory-eu/in/t",
        "S3A://mallory-eu/in",
        "abfss://c@mallory.example.com/x/y"
      })
  void whatIsBelowIsCovered(String path) {
    assertThat(REACH.covers(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/no/mallory2",
        "/no",
        "/",
        "/no/*",
        "/no/mall*/t",
        "/no/{mallory,acme}/t",
        "/no/mallory/../acme",
        "/no/mallory/{t,../../acme}",
        "/no/mallory/{../acme/t,x}",
        "/no/mallory/\\.\\./acme",
        "/no/mallory/\u0000",
        "no/mallory",
        "//evil/no/mallory",
        "file:/no/mallory",
        "hdfs://n/no/mallory",
        "s3://mallory-eu/in",
        "s3a://acme/in",
        "s3a://key:word@mallory-eu/in",
        "s3a://mallory-eu/../acme/in",
        "s3a://mallory-eu",
        "s3a://mallory-/evil/in",
        "http://mallory-eu/in",
        "jar:file:/no/mallory!/x",
        "abfss://d@mallory.example.com/x",
        "/no/m\u0430llory",
        ""
      })
  void whatIsBesideIsNot(String path) {
    assertThat(REACH.covers(path)).isFalse();
  }

  @Test
  void linksAreFollowedToTheirEnd() throws IOException {
    Path acme = Files.createDirectories(home.resolve("acme/t"));
    Path mallory = Files.createDirectories(home.resolve("mallory/own"));
    Files.createSymbolicLink(home.resolve("mallory/link"), acme);
    Files.createSymbolicLink(home.resolve("mallory/inner"), mallory);
    Files.createSymbolicLink(home.resolve("mallory/nowhere"), home.resolve("gone"));
    PathReach reach = new PathReach(List.of(home.resolve("mallory").toString()));

    assertThat(reach.covers(home + "/mallory/own")).isTrue();
    assertThat(reach.covers(home + "/mallory/not-yet/t")).isTrue();
    assertThat(reach.covers(home + "/mallory/inner/x")).isTrue();
    assertThat(reach.covers(home + "/mallory/link")).isFalse();
    assertThat(reach.covers(home + "/mallory/link/x")).isFalse();
    assertThat(reach.covers(home + "/mallory/nowhere")).isFalse();
    assertThat(reach.covers(home + "/mallory/o*")).isTrue();
    assertThat(reach.covers(home + "/mallory/l*nk")).isFalse();
    assertThat(reach.covers(home + "/mallory/*")).isFalse();
  }

  @Test
  void anAllowedFolderMayItselfBeALink() throws IOException {
    Files.createDirectories(home.resolve("disk/mallory/t"));
    Files.createSymbolicLink(home.resolve("warehouse"), home.resolve("disk"));
    PathReach reach = new PathReach(List.of(home + "/warehouse/mallory"));

    assertThat(reach.covers(home + "/warehouse/mallory/t")).isTrue();
    assertThat(reach.covers(home + "/warehouse/acme/t")).isFalse();
  }
}
