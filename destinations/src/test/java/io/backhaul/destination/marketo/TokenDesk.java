/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.FakeApi;
import io.backhaul.destination.testkit.FaultServer;
import io.backhaul.destination.testkit.SettableClock;
import io.backhaul.destination.testkit.VendorContract;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Marketo's identity endpoint, and people who are updated if their caller has the last token. */
final class TokenDesk implements AutoCloseable {

  private static final String UPDATED =
      "{\"success\":true,\"result\":[{\"id\":1,\"status\":\"updated\"}]}";
  private static final String EXPIRED =
      "{\"success\":false,\"errors\":[{\"code\":\"602\",\"message\":\"Access token expired\"}]}";

  final FaultServer server;
  private final Deque<String> tokens;
  private final Destination destination;

  /**
   * @param tokens answers of the identity endpoint; the last again and again
   */
  TokenDesk(String... tokens) {
    this.tokens = new ArrayDeque<>(Arrays.asList(tokens));
    this.server = FaultServer.start(new Desk());
    ObjectNode properties = new MarketoProvider().sample();
    properties.put("url", server.url().toString());
    this.destination =
        new MarketoProvider()
            .open(
                new DestinationConfig("acme", "mkto", "marketo", properties),
                new DeliveryContext(SettableClock.atNoon(), "test"));
  }

  Delivery write(Batch batch) {
    return destination.write(batch);
  }

  List<String> tokensUsed() {
    return server.requests().stream()
        .filter(request -> request.path().startsWith("/rest/"))
        .map(request -> request.header("Authorization").orElseThrow())
        .toList();
  }

  private final class Desk implements FakeApi {

    private String given = "";
    private boolean last;

    @Override
    public Optional<List<Carried>> read(WireRequest request) {
      return Optional.empty();
    }

    @Override
    public WireReply other(WireRequest request) {
      VendorContract.find("marketo").ifPresent(contract -> contract.check(request));
      if (request.path().equals("/identity/oauth/token")) {
        last = tokens.size() == 1;
        given = last ? tokens.peek() : tokens.remove();
        boolean refused = !given.contains("access_token");
        return WireReply.of(refused ? 401 : 200, given);
      }
      String token = request.header("Authorization").orElse("").replace("Bearer ", "");
      return WireReply.of(200, last && given.contains(token) ? UPDATED : EXPIRED);
    }

    @Override
    public WireReply answer(WireRequest request, List<Verdict> verdicts) {
      throw new IllegalStateException("nothing is written here");
    }

    @Override
    public WireReply refusal(int status, String code, String field, String message) {
      throw new IllegalStateException("nothing is written here");
    }
  }

  @Override
  public void close() {
    destination.close();
    server.close();
  }
}
