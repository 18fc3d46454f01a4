// Tells ThreadSanitizer about Swift's Mutex. On Linux its slow path, taken when two threads want the same mutex, lies in
// libswiftSynchronization, which is not instrumented: without this, what a contended mutex guards looks like a race.
// Preloaded by Tests/Sanitizers/run, it stands before that library's two functions and says who waited for whom.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void lock_function(uint32_t thread, SELF void *mutex);
typedef SWIFT void unlock_function(SELF void *mutex);

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void unlock_slow(SELF void *mutex) __asm__(UNLOCK);

static lock_function *real_lock;
static unlock_function *real_unlock;
// Of the sanitizer's own in the program; none in programs that were built without it.
static void (*acquire)(void *), (*release)(void *);

__attribute__((constructor)) static void find_functions(void) {
  real_lock = (lock_function *)dlsym(RTLD_NEXT, LOCK);
  real_unlock = (unlock_function *)dlsym(RTLD_NEXT, UNLOCK);
  acquire = (void (*)(void *))dlsym(RTLD_DEFAULT, "__tsan_acquire");
  release = (void (*)(void *))dlsym(RTLD_DEFAULT, "__tsan_release");
}

SWIFT void lock_slow(uint32_t thread, SELF void *mutex) {
  real_lock(thread, mutex);
  if (acquire) acquire(mutex);
}

SWIFT void unlock_slow(SELF void *mutex) {
  if (release) release(mutex);
  real_unlock(mutex);
}
