/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.http.OtherJvm.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A name that changes its address between the check and the connection. */
@Timeout(120)
class RebindingTest {

  private static final String MEANT = "127.0.0.2";
  private static final String ELSEWHERE = "127.0.0.3";

  @TempDir Path folder;

  private RawServer meant;
  private RawServer elsewhere;

  /** Two machines, and the same port on both. */
  @BeforeEach
  void start() throws IOException {
    meant = server(MEANT, 0);
    elsewhere = server(ELSEWHERE, meant.port());
  }

  private static RawServer server(String address, int port) throws IOException {
    return new RawServer(
        RawServer.plain(InetAddress.getByName(address), port),
        "http",
        (request, n, c) -> c.reply(200, "", "{}"));
  }

  @AfterEach
  void close() {
    meant.close();
    elsewhere.close();
  }

  @Test
  void aClientThatChecksANameAndThenConnectsToItCanBeSentElsewhere() throws Exception {
    String outcome =
        new OtherJvm(folder).post(Client.NAIVE, meant.url("crm.test"), MEANT, ELSEWHERE);

    assertThat(outcome).isEqualTo("answered 200");
    assertThat(meant.requests()).isEmpty();
    assertThat(elsewhere.requests()).hasSize(1);
  }

  @Test
  void theTransportConnectsToTheAddressItChecked() throws Exception {
    String outcome =
        new OtherJvm(folder)
            .post(Client.TRANSPORT_WITH_PRIVATE_NETWORKS, meant.url("crm.test"), MEANT, ELSEWHERE);

    assertThat(outcome).isEqualTo("answered 200");
    assertThat(elsewhere.requests()).isEmpty();
    assertThat(meant.requests()).hasSize(1);
    RawServer.Request request = meant.requests().get(0);
    assertThat(request.header("Host")).isEqualTo("crm.test:" + meant.port());
    assertThat(request.header("Authorization")).isEqualTo("Bearer fake-token");
    assertThat(request.body()).isEqualTo("{\"records\":[]}");
  }

  @Test
  void aNameThatLeadsToThisMachineIsRefusedAndNothingArrives() throws Exception {
    String outcome = new OtherJvm(folder).post(Client.TRANSPORT, meant.url("crm.test"), MEANT);

    assertThat(outcome)
        .startsWith("REFUSED ADDRESS_REFUSED crm.test leads to 127.0.0.2, this machine itself")
        .contains("allow_private_networks: true");
    assertThat(meant.requests()).isEmpty();
  }

  @Test
  void aNameThatComesToLeadToTheMetadataServiceIsRefusedWhateverIsAllowed() throws Exception {
    String outcome =
        new OtherJvm(folder)
            .post(Client.TRANSPORT_WITH_PRIVATE_NETWORKS, meant.url("crm.test"), "169.254.169.254");

    assertThat(outcome)
        .startsWith(
            "REFUSED ADDRESS_REFUSED crm.test leads to 169.254.169.254, a cloud's metadata");
  }

  @Test
  void aJvmInWhichTheAddressCannotBeKeptSendsNothing() throws Exception {
    String outcome =
        new OtherJvm(folder)
            .with("-D" + OtherJvm.CLIENT_USED_BEFORE + "=true")
            .post(Client.TRANSPORT_WITH_PRIVATE_NETWORKS, meant.url("crm.test"), MEANT, MEANT);

    assertThat(outcome)
        .startsWith("REFUSED ADDRESS_REFUSED plain http to the name crm.test cannot be kept")
        .contains("-Djdk.httpclient.allowRestrictedHeaders=host");
    assertThat(meant.requests()).isEmpty();
  }

  @Test
  void localhostIsReachedInThatJvmAllTheSame() throws Exception {
    String outcome =
        new OtherJvm(folder)
            .with("-D" + OtherJvm.CLIENT_USED_BEFORE + "=true")
            .post(Client.TRANSPORT, meant.url("localhost"), MEANT, ELSEWHERE);

    assertThat(outcome).isEqualTo("answered 200");
    assertThat(meant.requests()).hasSize(1);
    assertThat(elsewhere.requests()).isEmpty();
  }
}
