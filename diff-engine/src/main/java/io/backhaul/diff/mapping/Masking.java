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
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps personal values out of tables: a keyed pseudonym where a value must be recognised again,
 * encryption where it must come back. Travels to executors inside functions, never as a literal of
 * a query plan, because plans are logged. Thread-safe.
 */
public final class Masking implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte FORMAT = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final byte[] pseudonymKey;
  private final byte[] payloadKey;
  private final FieldSeal fieldSeal;
  private final transient ThreadLocal<Engines> engines = ThreadLocal.withInitial(this::engines);

  /** Making these costs more than using them, and they serve one thread at a time. */
  private record Engines(Mac mac, Cipher cipher, SecretKeySpec payloadKey) {}

  /**
   * Uses existing keys.
   *
   * @param pseudonymKey for HMAC-SHA-256, at least 16 bytes; with another key every pseudonym is
   *     another
   * @param payloadKey for AES, 16, 24 or 32 bytes
   */
  public Masking(byte[] pseudonymKey, byte[] payloadKey) {
    this(pseudonymKey, payloadKey, null);
  }

  private Masking(byte[] pseudonymKey, byte[] payloadKey, FieldSeal fieldSeal) {
    if (pseudonymKey.length < 16) {
      throw new IllegalArgumentException("a pseudonym key has at least 16 bytes");
    }
    if (payloadKey.length != 16 && payloadKey.length != 24 && payloadKey.length != 32) {
      throw new IllegalArgumentException("a payload key has 16, 24 or 32 bytes");
    }
    this.pseudonymKey = pseudonymKey.clone();
    this.payloadKey = payloadKey.clone();
    this.fieldSeal = fieldSeal;
  }

  /** The same keys; what is kept for people is sealed so that they can read it again. */
  public Masking keeping(FieldSeal seal) {
    return new Masking(pseudonymKey, payloadKey, seal);
  }

  /** How values are kept for people to read; empty where they are pseudonyms. */
  public Optional<FieldSeal> fieldSeal() {
    return Optional.ofNullable(fieldSeal);
  }

  /** Fresh random keys: nothing outside this object can match its pseudonyms or open its seals. */
  public static Masking random() {
    byte[] pseudonymKey = new byte[32];
    byte[] payloadKey = new byte[32];
    RANDOM.nextBytes(pseudonymKey);
    RANDOM.nextBytes(payloadKey);
    return new Masking(pseudonymKey, payloadKey);
  }

  /** {@code pii:} and 16 hex digits; equal values have equal pseudonyms under one key. */
  public String pseudonym(String value) {
    byte[] digest = engines.get().mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
    return "pii:" + HexFormat.of().formatHex(digest, 0, 8);
  }

  /** 16 bytes that stand for a hash, so that nobody without the key can try out values. */
  public byte[] keyed(byte[] hash) {
    return Arrays.copyOf(engines.get().mac.doFinal(hash), 16);
  }

  /** Encrypts and authenticates with AES-GCM under a fresh nonce. */
  public byte[] seal(String clear) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce);
      byte[] text = clear.getBytes(StandardCharsets.UTF_8);
      byte[] sealed = new byte[1 + NONCE_BYTES + cipher.getOutputSize(text.length)];
      sealed[0] = FORMAT;
      System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
      cipher.doFinal(text, 0, text.length, sealed, 1 + NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a payload could not be encrypted", e);
    }
  }

  /**
   * What was sealed.
   *
   * @throws IllegalStateException if another key sealed it or it was altered
   */
  public String open(byte[] sealed) {
    if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != FORMAT) {
      throw new IllegalStateException("a sealed payload is cut short or of an unknown format");
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES));
      byte[] text = cipher.doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
      return new String(text, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "a sealed payload does not open: it was written under another payload key, or altered;"
              + " restore the key it was written under",
          e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Engines ours = engines.get();
    ours.cipher.init(mode, ours.payloadKey, new GCMParameterSpec(TAG_BITS, nonce));
    return ours.cipher;
  }

  private Engines engines() {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(pseudonymKey, "HmacSHA256"));
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      return new Engines(mac, cipher, new SecretKeySpec(payloadKey, "AES"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HmacSHA256 or AES-GCM", e);
    }
  }

  private Object readResolve() {
    return new Masking(pseudonymKey, payloadKey, fieldSeal);
  }

  @Override
  public String toString() {
    return "Masking[keys hidden]";
  }
}
