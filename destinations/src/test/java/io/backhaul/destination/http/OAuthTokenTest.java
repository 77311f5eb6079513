/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokens of OAuth 2.0: how they are asked for, how long they are used, what a refusal means. */
class OAuthTokenTest extends TransportBench {

  private static final String SECRET = "not-a-real-secret";

  private final SettableClock clock = SettableClock.atNoon();
  private final AtomicInteger given = new AtomicInteger();

  /** Gives token-1, token-2, …; each call with the latest is fine, with another one 401. */
  private RawServer vendor(String life) {
    return server(
        (request, n, c) -> {
          if (request.head().contains("/token ")) {
            c.reply(
                200,
                "",
                "{\"access_token\":\"token-" + given.incrementAndGet() + "\"" + life + "}");
          } else {
            String latest = "Bearer token-" + given.get();
            c.reply(latest.equals(request.header("Authorization")) ? 200 : 401, "", "{}");
          }
        });
  }

  private Transport transport(RawServer server, ObjectNode auth) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", server.url().toString());
    properties.set("auth", auth);
    HttpKeys keys = new HttpKeys(null, 10, 10, 1 << 20, 10, 1, "/token");
    return closing(
        Transport.open(keys.read(properties), new DeliveryContext(clock, "test"), Set.of(SECRET)));
  }

  private static ObjectNode client() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "client_credentials")
        .put("client_id", "acme & sons")
        .put("client_secret", SECRET)
        .put("scope", "api");
  }

  @Test
  void theFormNamesTheGrantAndTheTokenIsUsedUntilShortlyBeforeItsEnd() {
    RawServer server = vendor(",\"expires_in\":3600");
    Transport transport = transport(server, client());

    assertThat(transport.send(get(server)).status()).isEqualTo(200);
    assertThat(server.requests().get(0).body())
        .isEqualTo(
            "client_id=acme+%26+sons&client_secret="
                + SECRET
                + "&grant_type=client_credentials&scope=api");
    clock.advance(Duration.ofMinutes(59));
    transport.send(get(server));
    assertThat(given.get()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(31));
    assertThat(transport.send(get(server)).status()).isEqualTo(200);
    assertThat(given.get()).as("fetched anew, and no 401 was needed for it").isEqualTo(2);
    assertThat(server.requests()).hasSize(5);
  }

  @Tag("fault-14")
  @Test
  void aTokenThatEndsUnannouncedIsFetchedAnewAndTheRequestMadeOnceMore() {
    RawServer server = vendor("");
    Transport transport = transport(server, client());
    transport.send(get(server));
    given.incrementAndGet(); // the vendor forgets token-1

    assertThat(transport.send(get(server)).status()).isEqualTo(200);
    assertThat(given.get()).isEqualTo(3);
  }

  @Test
  void wrongCredentialsAreRefusedWithTheEndpointsWordsAndWithoutTheSecret() {
    RawServer server =
        server(
            (request, n, c) ->
                c.reply(
                    400,
                    "",
                    "{\"error\":\"invalid_client\",\"error_description\":\"no such secret: "
                        + SECRET
                        + "\"}"));

    DestinationException failure = failure(transport(server, client()), server);

    assertThat(failure.kind()).isEqualTo(DestinationException.Kind.REFUSED);
    assertThat(failure.code()).isEqualTo("TOKEN_REFUSED");
    assertThat(failure.getMessage())
        .contains("invalid_client", "check the auth section")
        .doesNotContain(SECRET);
    assertThat(server.requests()).as("nothing was sent without a token").hasSize(1);
  }

  @Test
  void anEndpointThatIsDownIsUnavailableBecauseNothingWasApplied() {
    RawServer server = server((request, n, c) -> c.reply(503, "Retry-After: 7\r\n", ""));
    DestinationException down = failure(transport(server, client()), server);
    assertThat(down.kind()).isEqualTo(DestinationException.Kind.UNAVAILABLE);
    assertThat(down.rateHint().pause()).isEqualTo(Duration.ofSeconds(7));

    RawServer cut = server((request, n, c) -> c.reset());
    DestinationException lost = failure(transport(cut, client()), cut);
    assertThat(lost.kind()).isEqualTo(DestinationException.Kind.UNAVAILABLE);
  }

  @Test
  void anAssertionIsSignedAndGoodForThreeMinutes() throws Exception {
    RawServer server = vendor("");
    KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    ObjectNode auth =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "jwt_bearer")
            .put("client_id", "acme")
            .put("username", "ann@example.com")
            .put("audience", "https://login.example.com")
            .put("private_key", pem);

    assertThat(transport(server, auth).send(get(server)).status()).isEqualTo(200);

    String form = URLDecoder.decode(server.requests().get(0).body(), StandardCharsets.UTF_8);
    assertThat(form).contains("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer");
    String[] parts = form.replaceAll(".*assertion=([^&]*).*", "$1").split("\\.");
    JsonNode claims = Canonical.tree(decoded(parts[1]));
    assertThat(claims.get("iss").asText()).isEqualTo("acme");
    assertThat(claims.get("sub").asText()).isEqualTo("ann@example.com");
    assertThat(claims.get("aud").asText()).isEqualTo("https://login.example.com");
    assertThat(claims.get("exp").asLong() - clock.instant().getEpochSecond()).isEqualTo(180);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(pair.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }

  private static String decoded(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  private static HttpCall get(RawServer server) {
    return HttpCall.get(server.url().resolve("/records"));
  }

  private static DestinationException failure(Transport transport, RawServer server) {
    DestinationException failure =
        catchThrowableOfType(DestinationException.class, () -> transport.send(get(server)));
    assertThat(failure).isNotNull();
    return failure;
  }
}
