/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import static io.backhaul.destination.marketo.MarketoBench.batch;
import static io.backhaul.destination.marketo.MarketoBench.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import org.junit.jupiter.api.Test;

/** Tokens over HTTP; each request for one, too, is held to Marketo's description. */
class MarketoTokenTest {

  private static final Batch ONE =
      batch("leads", change(Op.UPSERT, "{\"n\":1}", "{\"email\":\"a@example.com\"}", null));

  private static String token(String value) {
    return "{\"access_token\":\"" + value + "\",\"token_type\":\"bearer\",\"expires_in\":3599}";
  }

  private static DestinationException failure(TokenDesk desk) {
    return catchThrowableOfType(DestinationException.class, () -> desk.write(ONE));
  }

  @Test
  void aTokenIsAskedForOnceInTheQueryAndSentInTheHeader() {
    try (TokenDesk desk = new TokenDesk(token("t-1"))) {
      desk.write(ONE);
      desk.write(ONE);
      assertThat(desk.tokensUsed()).containsExactly("Bearer t-1", "Bearer t-1");
      assertThat(desk.server.requests()).hasSize(3);
      assertThat(desk.server.requests().get(0).target())
          .isEqualTo(
              "/identity/oauth/token?client_id=sample-client&client_secret=sample-secret"
                  + "&grant_type=client_credentials");
    }
  }

  @Test
  void anExpiredTokenIsRenewedAndTheCallRepeatedOnce() {
    try (TokenDesk desk = new TokenDesk(token("t-1"), token("t-2"))) {
      assertThat(desk.write(ONE)).isInstanceOf(Delivery.Settled.class);
      assertThat(desk.tokensUsed()).containsExactly("Bearer t-1", "Bearer t-2");
    }
  }

  @Test
  void aFreshTokenThatIsNotTakenEitherIsARefusal() {
    try (TokenDesk desk = new TokenDesk(token("t-1"), token("t-2"), token("t-3"))) {
      assertThat(failure(desk).kind()).isEqualTo(Kind.REFUSED);
      assertThat(desk.tokensUsed()).hasSize(2);
    }
  }

  /** Marketo gives the same token as long as it lives: soon it does not, and there is another. */
  @Test
  void theSameTokenAgainMeansToComeBackLater() {
    try (TokenDesk desk = new TokenDesk(token("t-1"), token("t-1"), token("t-2"))) {
      DestinationException failure = failure(desk);
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure.code()).isEqualTo("602");
      assertThat(desk.write(ONE)).isInstanceOf(Delivery.Settled.class);
    }
  }

  @Test
  void wrongCredentialsAreARefusalWithoutThem() {
    try (TokenDesk desk =
        new TokenDesk(
            "{\"error\":\"unauthorized\",\"error_description\":\"no sample-secret here\"}")) {
      DestinationException failure = failure(desk);
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure).hasMessageNotContaining("sample-secret");
    }
  }
}
