/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import static io.backhaul.destination.files.Drops.batch;
import static io.backhaul.destination.files.Drops.change;
import static io.backhaul.destination.files.Drops.files;
import static io.backhaul.destination.files.Drops.open;
import static io.backhaul.destination.files.Drops.text;
import static io.backhaul.destination.files.Drops.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real SFTP server, in this JVM. */
class SftpTest {

  private static final String PASSWORD = "not-a-real-password";

  @TempDir Path folder;

  private SshServer server;
  private KeyPair hostKey;
  private KeyPair userKey;

  @BeforeEach
  void start() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    hostKey = generator.generateKeyPair();
    userKey = generator.generateKeyPair();
    server = SshServer.setUpDefaultServer();
    server.setHost("localhost");
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPasswordAuthenticator(
        (user, password, session) -> user.equals("ann") && password.equals(PASSWORD));
    server.setPublickeyAuthenticator(
        (user, key, session) -> KeyUtils.compareKeys(key, userKey.getPublic()));
    server.setFileSystemFactory(new VirtualFileSystemFactory(folder));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(true);
  }

  private ObjectNode properties() {
    ObjectNode properties =
        Drops.properties("sftp://localhost:" + server.getPort() + "/drops").put("timeout", 5_000);
    properties.putObject("sftp").put("user", "ann").put("password", PASSWORD);
    return properties;
  }

  private static ObjectNode login(ObjectNode properties) {
    return (ObjectNode) properties.get("sftp");
  }

  @Test
  void aBatchIsDroppedOnceAndSeenWhole() {
    Batch batch = batch("b1", change(Op.INSERT, 1, "{\"name\":\"Ann\"}"));
    try (Destination destination = open(properties())) {
      assertThat(write(destination, batch)).allMatch(RecordResult.Applied.class::isInstance);
      write(destination, batch);
      assertThat(destination.probe().asked()).isNotEmpty();
    }
    assertThat(files(folder))
        .containsExactly("drops/contacts/_manifest/b1.json", "drops/contacts/insert/b1.jsonl");
    assertThat(text(folder, "drops/contacts/insert/b1.jsonl"))
        .isEqualTo("{\"id\":1,\"name\":\"Ann\"}\n");
  }

  @Test
  void anAttemptThatDiedHalfwayIsOverwritten() throws IOException {
    Files.createDirectories(folder.resolve("drops/contacts/insert"));
    Files.writeString(folder.resolve("drops/contacts/insert/b1.jsonl"), "{\"id\":1,\"na");
    try (Destination destination = open(properties())) {
      write(destination, batch("b1", change(Op.INSERT, 1, "{}")));
    }
    assertThat(text(folder, "drops/contacts/insert/b1.jsonl")).isEqualTo("{\"id\":1}\n");
  }

  @Test
  void aKeyLogsInToo() throws Exception {
    ByteArrayOutputStream pem = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(userKey, "test", null, pem);
    ObjectNode properties = properties();
    login(properties).remove("password");
    login(properties).put("private_key", pem.toString(StandardCharsets.UTF_8));
    try (Destination destination = open(properties)) {
      write(destination, batch("b1", change(Op.UPSERT, 1, "{}")));
    }
    assertThat(files(folder)).hasSize(2);
  }

  @Test
  void whoWeSpeakToIsChecked() {
    Batch batch = batch("b1", change(Op.UPSERT, 1, "{}"));
    String fingerprint = KeyUtils.getFingerPrint(hostKey.getPublic());
    ObjectNode properties = properties();
    login(properties).put("host_key", "SHA256:" + "A".repeat(43));
    try (Destination destination = open(properties)) {
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure.code()).isEqualTo("HOST_KEY_UNKNOWN");
      assertThat(failure).hasMessageContaining(fingerprint);
    }
    login(properties).put("host_key", fingerprint);
    try (Destination destination = open(properties)) {
      write(destination, batch);
    }
  }

  @Test
  void whatIsWrongWithTheFileIsRefused() throws IOException {
    ObjectNode properties = properties();
    login(properties).put("password", "wrong-not-a-secret");
    try (Destination destination = open(properties)) {
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, destination::probe);
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure.code()).isEqualTo("AUTH_FAILED");
      assertThat(failure.getMessage()).doesNotContain("not-a-secret");
    }
    login(properties).put("private_key", "no key at all").remove("password");
    try (Destination destination = open(properties)) {
      assertThat(catchThrowableOfType(DestinationException.class, destination::probe).code())
          .isEqualTo("AUTH_INCOMPLETE");
    }
    login(properties).remove("private_key");
    assertThat(catchThrowableOfType(DestinationException.class, () -> open(properties)).code())
        .isEqualTo("AUTH_INCOMPLETE");
  }

  @Tag("fault-1")
  @Tag("fault-19")
  @Test
  void aServerThatGoesAndComesBackIsConnectedToAnew() throws IOException {
    Batch batch = batch("b1", change(Op.UPSERT, 1, "{}"));
    int port = server.getPort();
    try (Destination destination = open(properties())) {
      write(destination, batch("b0", change(Op.UPSERT, 0, "{}")));
      server.stop(true);
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);

      SshServer again = SshServer.setUpDefaultServer();
      again.setHost("localhost");
      again.setPort(port);
      again.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
      again.setPasswordAuthenticator((user, password, session) -> true);
      again.setFileSystemFactory(new VirtualFileSystemFactory(folder));
      again.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
      again.start();
      server = again;
      write(destination, batch);
    }
    assertThat(files(folder)).hasSize(4);
  }

  @Test
  void severalBatchesInFlightAtOnceAreEachDroppedOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Destination destination = open(properties())) {
      List<Callable<List<RecordResult>>> writes = new ArrayList<>();
      for (int n = 0; n < 12; n++) {
        Batch batch = batch("b" + n, change(Op.UPSERT, n, "{}"));
        writes.add(() -> write(destination, batch));
      }
      for (Future<List<RecordResult>> written : threads.invokeAll(writes)) {
        assertThat(written.get()).singleElement().isInstanceOf(RecordResult.Applied.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(files(folder)).hasSize(24);
  }
}
