/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.http.OtherJvm.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whose certificate is taken, and that nothing is sent before it is. */
@Timeout(120)
class TlsTest {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String UNVERIFIED =
      "-Djdk.internal.httpclient.disableHostnameVerification=true";

  @TempDir static Path stores;

  private static TestCertificate forCrm;
  private static TestCertificate forOther;

  @TempDir Path folder;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void make() throws Exception {
    forCrm = TestCertificate.make(stores, "dns:crm.test,ip:127.0.0.1");
    forOther = TestCertificate.make(stores, "dns:other.test");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private RawServer server(TestCertificate certificate, String address, int port) throws Exception {
    RawServer server = certificate.server(address, port, (request, n, c) -> c.reply(200, "", "{}"));
    opened.add(server);
    return server;
  }

  private OtherJvm jvmThatTrusts(TestCertificate certificate) {
    OtherJvm jvm = new OtherJvm(folder);
    certificate.trusted().forEach(jvm::with);
    return jvm;
  }

  private static DestinationException failure(URI url) {
    byte[] body = "{\"records\":[]}".getBytes(StandardCharsets.UTF_8);
    try (Transport transport =
        new Transport(
            new AddressGuard(false, false),
            new Auth.Bearer("fake-token"),
            Duration.ofSeconds(20),
            10_000,
            "backhaul/test")) {
      return catchThrowableOfType(
          DestinationException.class,
          () -> transport.send(HttpCall.json("POST", url, body, "batch-1")));
    }
  }

  @Test
  void aCertificateOfNoTrustedAuthorityIsRefusedBeforeAnythingIsSent() throws Exception {
    RawServer server = server(forCrm, LOOPBACK, 0);

    DestinationException e = failure(server.url());

    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
    assertThat(e.code()).isEqualTo("TLS_FAILED");
    assertThat(e)
        .hasMessageContaining("127.0.0.1:" + server.port())
        .hasMessageContaining("javax.net.ssl.trustStore");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aJvmThatTrustsTheCertificateSendsTheRequest() throws Exception {
    RawServer server = server(forCrm, LOOPBACK, 0);

    assertThat(jvmThatTrusts(forCrm).post(Client.TRANSPORT, server.url(), LOOPBACK))
        .isEqualTo("answered 200");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aTrustedCertificateForAnotherNameIsRefusedBeforeAnythingIsSent() throws Exception {
    RawServer server = server(forOther, LOOPBACK, 0);

    assertThat(jvmThatTrusts(forOther).post(Client.TRANSPORT, server.url(), LOOPBACK))
        .startsWith("REFUSED TLS_FAILED the certificate of 127.0.0.1:")
        .contains("another name");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aJvmThatTakesAnyNameIsRefusedBecauseTheRequestWouldArrive() throws Exception {
    RawServer server = server(forOther, LOOPBACK, 0);
    OtherJvm jvm = jvmThatTrusts(forOther).with(UNVERIFIED);

    assertThat(jvm.post(Client.NAIVE, server.url(), LOOPBACK)).isEqualTo("answered 200");
    assertThat(server.requests()).hasSize(1);
    assertThat(jvm.post(Client.TRANSPORT, server.url(), LOOPBACK))
        .startsWith("REFUSED TLS_UNVERIFIED")
        .contains("start it without");
    assertThat(server.requests()).hasSize(1);
  }

  /** The window that https has: the other machine gets a greeting, and no request. */
  @Test
  void aNameThatLeadsElsewhereAfterTheCheckMeetsTheWrongCertificate() throws Exception {
    RawServer meant = server(forCrm, "127.0.0.2", 0);
    RawServer elsewhere = server(forOther, "127.0.0.3", meant.port());
    URI url = meant.url("crm.test");
    Client client = Client.TRANSPORT_WITH_PRIVATE_NETWORKS;

    assertThat(jvmThatTrusts(forCrm).post(client, url, "127.0.0.2")).isEqualTo("answered 200");
    assertThat(jvmThatTrusts(forOther).post(client, url, "127.0.0.2", "127.0.0.3"))
        .startsWith("REFUSED TLS_FAILED the certificate of crm.test:")
        .contains("another name");
    assertThat(meant.requests()).hasSize(1);
    assertThat(elsewhere.requests()).isEmpty();
  }

  @Test
  void aServerThatSpeaksNoTlsIsRefusedWithTheRemedy() throws Exception {
    DestinationException e = failure(answering("HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n"));

    assertThat(e.kind()).isEqualTo(Kind.REFUSED);
    assertThat(e.code()).isEqualTo("TLS_FAILED");
    assertThat(e).hasMessageContaining("speaks TLS");
  }

  @Test
  void aServerThatHangsUpDuringTheGreetingMayBeThereLater() throws Exception {
    DestinationException e = failure(answering(""));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e.code()).isEqualTo("CONNECTION_LOST");
  }

  /** An https url behind which somebody answers the greeting with these bytes, and hangs up. */
  private URI answering(String bytes) throws IOException {
    ServerSocket listening = RawServer.plain(InetAddress.getLoopbackAddress(), 0);
    opened.add(listening);
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = listening.accept()) {
                byte[] greeting = new byte[4096];
                if (socket.getInputStream().read(greeting) > 0) {
                  socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return URI.create("https://127.0.0.1:" + listening.getLocalPort() + "/api");
  }

  @Test
  void aCertificateOutOfItsDatesIsItsOwnersToRenew() {
    SSLHandshakeException handshake = new SSLHandshakeException("PKIX path validation failed");
    handshake.initCause(
        new CertPathValidatorException("check", new CertificateExpiredException("NotAfter")));

    DestinationException failure =
        new CallFailure(URI.create("https://crm.test/api"), new OnceBody(null)).of(handshake);

    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("crm.test").hasMessageContaining("must renew it");
  }
}
