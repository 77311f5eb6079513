/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request body that is handed to the connection in one piece and without a copy, and that knows
 * whether it was: as long as it was not, the destination cannot have applied anything.
 */
final class OnceBody implements HttpRequest.BodyPublisher {

  private static final byte[] EMPTY = {};

  private final byte[] bytes;
  private volatile boolean handedOver;

  OnceBody(byte[] bytes) {
    this.bytes = bytes == null ? EMPTY : bytes;
  }

  boolean handedOver() {
    return handedOver;
  }

  @Override
  public long contentLength() {
    return bytes.length;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    AtomicBoolean done = new AtomicBoolean();
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            if (done.compareAndSet(false, true)) {
              handedOver = true;
              if (bytes.length > 0) {
                subscriber.onNext(ByteBuffer.wrap(bytes));
              }
              subscriber.onComplete();
            }
          }

          @Override
          public void cancel() {
            done.set(true);
          }
        });
  }
}
