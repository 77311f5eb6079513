/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts single personal values of one run so that a person who has the key can read them again:
 * AES-256-GCM under a key that is derived for the run, bound to tenant, sync, run, record and
 * field, so that a value that was moved does not open. The text is {@code pii:aes1:}, the id of the
 * key, and nonce, ciphertext and tag in base64. Thread-safe; travels inside functions, never as a
 * literal of a query plan.
 */
public final class FieldSeal implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Pattern SEALED =
      Pattern.compile("pii:aes1:([0-9a-f]{8}):([A-Za-z0-9_-]{38,})");
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] runKey;
  private final String keyId;
  private final String place;

  /** A text that another key sealed, that was altered, or that stands where it was not written. */
  public static final class NotOpenedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotOpenedException(String message) {
      super(message);
    }
  }

  /**
   * @param secret what all keys are derived from; guessing it must be hopeless
   */
  public FieldSeal(String secret, String tenant, String sync, String runId) {
    byte[] root = root(secret);
    this.place = String.join("\0", tenant, sync, runId);
    this.runKey = mac(root, "run\0" + place);
    this.keyId = idOf(root);
  }

  /** Eight hex digits that tell keys apart and say nothing of them. */
  public static String idOf(String secret) {
    return idOf(root(secret));
  }

  /** The id of the key that sealed this text; empty if it is no sealed value. */
  public static Optional<String> keyIdOf(String text) {
    Matcher matcher = SEALED.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /**
   * Seals one value.
   *
   * @param record the record's key as JSON
   * @param value any text; JSON keeps its type
   */
  public String seal(String record, String field, String value) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] text = value.getBytes(StandardCharsets.UTF_8);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, record, field);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(text.length));
      cipher.doFinal(text, 0, text.length, sealed, NONCE_BYTES);
      String printed = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
      return "pii:aes1:" + keyId + ":" + printed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a personal value could not be encrypted", e);
    }
  }

  /**
   * The value that was sealed for this record and field.
   *
   * @throws NotOpenedException if it was not, or not under this key, or the text was altered
   */
  public String open(String record, String field, String text) {
    Matcher matcher = SEALED.matcher(text);
    if (!matcher.matches()) {
      throw new NotOpenedException("the field " + field + " holds no sealed value");
    }
    if (!matcher.group(1).equals(keyId)) {
      throw new NotOpenedException(
          "the field " + field + " is sealed under key " + matcher.group(1) + ", not " + keyId);
    }
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(matcher.group(2));
      Cipher cipher =
          cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE_BYTES), record, field);
      byte[] value = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
      return new String(value, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new NotOpenedException(
          "the field "
              + field
              + " does not open: it was altered, or copied here from another field, record or run");
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String record, String field)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, new SecretKeySpec(runKey, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(String.join("\0", place, record, field).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] root(String secret) {
    return mac("backhaul pii fields 1".getBytes(StandardCharsets.UTF_8), secret);
  }

  private static String idOf(byte[] root) {
    return HexFormat.of().formatHex(mac(root, "id"), 0, 4);
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "FieldSeal[key " + keyId + "]";
  }
}
