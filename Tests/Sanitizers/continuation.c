// Tells ThreadSanitizer about continuations that are resumed before their task awaits them. Swift's runtime tells it of each
// resume, and of each task that begins to run again; but a task that finds its continuation resumed goes on at once, and of that
// nothing is said: what the other thread wrote before looks like a race. Preloaded by Tests/Sanitizers/run, this puts itself where
// such a task goes on. The runtime calls swift_continuation_await within its own library, where no symbol can stand before it, so
// the function's first instructions are moved and replaced by a jump.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context))

typedef ASYNC void resume_function(CONTEXT void *context);
// The head of each asynchronous context in Swift's ABI.
struct context {
  struct context *parent;
  resume_function *resume;
};
typedef ASYNC void await_function(struct context *context);
typedef __attribute__((swiftcall)) void *task_function(void);

static await_function *real_await;
static task_function *current_task;
// Of the sanitizer's own in the program; none in programs that were built without it.
static void (*acquire)(void *);

// Where the tasks that await go on. The lock is not one that the sanitizer knows, or it would take all that await for ordered.
struct waiting {
  struct context *context;
  resume_function *resume;
  struct waiting *next;
};
static struct waiting *waiting[1024];
static atomic_flag lock = ATOMIC_FLAG_INIT;

static struct waiting **bucket(struct context *context) {
  while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {
  }
  return &waiting[(uintptr_t)context / 16 % 1024];
}

static void unlock(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

static __attribute__((noinline)) resume_function *take(struct context *context) {
  struct waiting **link = bucket(context);
  while ((*link)->context != context) link = &(*link)->next;
  struct waiting *found = *link;
  *link = found->next;
  unlock();
  resume_function *resume = found->resume;
  free(found);
  acquire(current_task());
  return resume;
}

static ASYNC void go_on(CONTEXT void *context) {
  resume_function *resume = take(context);
  __attribute__((musttail)) return resume(context);
}

static __attribute__((noinline)) void put(struct context *context) {
  struct waiting *new = malloc(sizeof *new);
  new->context = context;
  new->resume = context->resume;
  context->resume = go_on;
  struct waiting **link = bucket(context);
  new->next = *link;
  *link = new;
  unlock();
}

static ASYNC void await(struct context *context) {
  put(context);
  __attribute__((musttail)) return real_await(context);
}

// Swift 6.3's first instructions, on x86-64: pushes, room on the stack, a move; none depends on where it stands.
static const uint8_t known[] = {0x55, 0x48, 0x89, 0xe5, 0x41, 0x57, 0x41, 0x54,
                                0x53, 0x48, 0x83, 0xec, 0x38, 0x49, 0x89, 0xfe};

// jmp *(next eight bytes)
static void write_jump(uint8_t *place, const void *target) {
  static const uint8_t jump[] = {0xff, 0x25, 0, 0, 0, 0};
  memcpy(place, jump, sizeof jump);
  memcpy(place + sizeof jump, &target, sizeof target);
}

__attribute__((constructor)) static void install(void) {
  acquire = (void (*)(void *))dlsym(RTLD_DEFAULT, "__tsan_acquire");
  uint8_t *function = dlsym(RTLD_DEFAULT, "swift_continuation_await");
  if (!acquire || !function) return;
  if (memcmp(function, known, sizeof known) != 0) {
    fprintf(stderr, "continuation.c does not know this Swift: reports of values handed over may be false\n");
    return;
  }
  current_task = (task_function *)dlsym(RTLD_DEFAULT, "swift_task_getCurrent");
  uint8_t *moved = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  uintptr_t page = (uintptr_t)function & ~(uintptr_t)4095;
  if (!current_task || moved == MAP_FAILED ||
      mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
    return;
  }
  memcpy(moved, known, sizeof known);
  write_jump(moved + sizeof known, function + sizeof known);
  real_await = (await_function *)moved;
  write_jump(function, (const void *)await);
  mprotect((void *)page, 8192, PROT_READ | PROT_EXEC);
}
