/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit.snowflake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who may log in, and who is logged in. */
final class Logins {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, PublicKey> keys = new ConcurrentHashMap<>();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Map<String, Boolean> sessions = new ConcurrentHashMap<>();
  private final Set<String> masters = ConcurrentHashMap.newKeySet();

  /** What a client shows afterwards: the one for requests, the other to have it renewed. */
  record Session(String token, String master) {}

  void key(String user, PublicKey key) {
    keys.put(user, key);
  }

  void token(String token) {
    tokens.add(token);
  }

  Session logIn(JsonNode data) throws Refused {
    String shown = data.path("TOKEN").asText();
    switch (data.path("AUTHENTICATOR").asText()) {
      case "SNOWFLAKE_JWT" -> checkSignature(data.path("LOGIN_NAME").asText(), shown);
      case "OAUTH" -> {
        if (!tokens.contains(shown)) {
          throw new Refused(390303, "08001", "Invalid OAuth access token.");
        }
      }
      default ->
          throw new Refused(390100, "08001", "Incorrect username or password was specified.");
    }
    Session session = new Session("session-" + UUID.randomUUID(), "master-" + UUID.randomUUID());
    sessions.put(session.token, true);
    masters.add(session.master);
    return session;
  }

  private void checkSignature(String user, String jwt) throws Refused {
    try {
      PublicKey key = keys.get(user);
      String[] parts = jwt.split("\\.");
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      String fingerprint =
          "SHA256:"
              + Base64.getEncoder()
                  .encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
      if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          || !claims.path("iss").asText().endsWith("." + user + "." + fingerprint)
          || claims.path("exp").asLong() < Instant.now().getEpochSecond()) {
        throw new Refused(390144, "08001", "JWT token is invalid. [" + UUID.randomUUID() + "]");
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a request may do by the header that it came with. */
  void check(String authorization) throws Refused {
    Boolean valid = sessions.get(inQuotes(authorization));
    if (valid == null) {
      throw new Refused(390111, "08001", "Session no longer exists. New login required.");
    }
    if (!valid) {
      throw new Refused(390112, "08001", "Session token expired.");
    }
  }

  Session renew(String authorization) throws Refused {
    String master = inQuotes(authorization);
    if (!masters.contains(master)) {
      throw new Refused(390114, "08001", "Authentication token has expired.");
    }
    Session renewed = new Session("session-" + UUID.randomUUID(), master);
    sessions.put(renewed.token, true);
    return renewed;
  }

  private static String inQuotes(String authorization) {
    return authorization == null ? "" : authorization.replaceFirst(".*\"(.*)\".*", "$1");
  }

  void logOut(String authorization) {
    sessions.remove(inQuotes(authorization));
  }

  int open() {
    return sessions.size();
  }

  void expire() {
    sessions.replaceAll((token, valid) -> false);
  }

  void end() {
    sessions.clear();
    masters.clear();
  }
}
